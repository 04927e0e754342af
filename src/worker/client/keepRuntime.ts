/** The compiled runtime, kept while workers come and go. */
import { RUNTIME_WASM, runtimeUrl } from '../runtime';

let kept: Promise<WebAssembly.Module | null> | null = null;

/**
 * Compiles the runtime once and holds on to it. Engines share compiled code between the workers of a page for as
 * long as somebody holds it: a page that ends its only worker and starts another would compile the whole runtime
 * anew, and the optimising compiler takes a minute of every core for it, during which the page gets no frames.
 */
export function keepRuntime(): void {
  // Without it all works, slower; what is missing or refused is said by the worker that needs it.
  kept ??= WebAssembly.compileStreaming(fetch(`${runtimeUrl()}${RUNTIME_WASM}`)).catch(() => null);
}
