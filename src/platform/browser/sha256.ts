import type { Sha256 } from '../../core/ports';
import { sha256Hex } from '../../core/sha256';

/** SHA-256 by the browser, or by plain code where the page is not a secure context. */
export const sha256: Sha256 = async (bytes) => {
  // Absent outside https and localhost, whatever the types say.
  const subtle = (crypto as { readonly subtle?: SubtleCrypto }).subtle;
  if (subtle === undefined) return sha256Hex(bytes);
  const digest = await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
};
