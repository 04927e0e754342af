/** What WebGPU adapter there is, and whether it is a real one. */

export interface GpuFacts {
  /** The adapter's own words, or null when there is none. */
  readonly adapter: string | null;
  /** A CPU in a GPU's clothes: right, and far slower than WASM. */
  readonly software: boolean;
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render|warp/i;

/** Asks the browser. Never throws: a browser without WebGPU has no adapter. */
export async function probeGpu(): Promise<GpuFacts> {
  const none: GpuFacts = { adapter: null, software: false };
  // Absent in browsers without WebGPU, whatever the types say.
  const gpu = (navigator as { readonly gpu?: GPU }).gpu;
  if (gpu === undefined) return none;
  try {
    const adapter = await gpu.requestAdapter();
    if (adapter === null) return none;
    const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
    const text = [vendor, architecture, device, description]
      .filter((part) => part !== '')
      .join(' ');
    return {
      adapter: text === '' ? 'unnamed' : text,
      software: isFallbackAdapter || SOFTWARE.test(text),
    };
  } catch {
    return none;
  }
}
