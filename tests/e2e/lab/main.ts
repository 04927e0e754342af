/** A page that shows single rooms to tests: here the browser's decoder. Driven by decoder.test.ts. */
import {
  browserDecoder,
  canvasIsExact,
  createBrowserDecoder,
} from '../../../src/platform/browser/decoder';

/** A decode told in a few bytes; `pixels` is base64 and only there on request. */
export interface Told {
  readonly code: string | null;
  readonly width: number;
  readonly height: number;
  readonly sha256: string | null;
  readonly pixels: string | null;
}

declare global {
  interface Window {
    decodeUrl: (url: string, withPixels: boolean) => Promise<Told>;
    decoderFacts: () => { name: string; exact: boolean };
  }
}

const decoder = createBrowserDecoder();

window.decodeUrl = async (url, withPixels) => {
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const result = await decoder.decode(bytes);
  if (!result.ok) {
    return { code: result.error.code, width: 0, height: 0, sha256: null, pixels: null };
  }
  const { width, height, data } = result.value;
  const digest = await crypto.subtle.digest('SHA-256', data as Uint8Array<ArrayBuffer>);
  const sha256 = Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, '0')).join(
    '',
  );
  let pixels: string | null = null;
  if (withPixels) {
    let text = '';
    for (let i = 0; i < data.length; i += 8192) {
      text += String.fromCharCode(...data.subarray(i, i + 8192));
    }
    pixels = btoa(text);
  }
  return { code: null, width, height, sha256, pixels };
};

window.decoderFacts = () => ({ name: browserDecoder(navigator.userAgent), exact: canvasIsExact() });
