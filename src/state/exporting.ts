/** The export: results.json with the vectors inline, the same schema as the headless run. */
import { PREVIEW } from '../core/immich/preview';
import type { ModelSlot } from '../core/recipe/schema';
import { SLOTS_NEEDED } from '../core/recipe/slots';
import { assembleResults, type RunFacts } from '../core/results/assemble';
import { encodeFloats } from '../core/results/base64';
import type { Metrics, Results } from '../core/results/schema';
import type { StageChoice } from '../core/types';
import type { BackendReport, ModelBundle } from '../worker/contract';
import type { AppState } from './model';

/** Whether there is something to export, now or as soon as the comparison is done. */
export function canExport({ run, analysis }: AppState): boolean {
  return (
    (run.phase === 'done' || run.phase === 'cancelled' || run.phase === 'failed') &&
    (analysis.phase === 'ready' || analysis.phase === 'working')
  );
}

/** Null when nothing can be exported yet. */
export async function exportBlob(
  state: AppState,
  metrics: Metrics,
  version: string,
): Promise<Blob | null> {
  const { analysis, verdict, names } = state;
  const { collected, result } = analysis;
  if (collected === null || result === null) return null;
  const { record } = names.naming;
  const facts = runFacts(state, version);
  if (facts === null) return null;
  const results = assembleResults(
    collected,
    { queries: result.queries, metrics },
    { ...facts, identities: record.from === 'folders' ? undefined : record },
    { file: MARK },
  );
  const { threshold, decisions } = verdict;
  const judged = {
    ...results,
    ...(threshold === null ? {} : { threshold }),
    ...(decisions.length === 0 ? {} : { decisions: [...decisions] }),
  };
  return new Blob(await withVectors(judged, collected.matrix.data), { type: 'application/json' });
}

/** What the run on the page was made with; null while that is not known. */
export function runFacts(
  { run, intake, analysis, options, setup }: AppState,
  version: string,
): RunFacts | null {
  // An opened run keeps what it was made with; only what was compared here is new.
  if (run.saved !== null) {
    const { tool, ...rest } = run.saved.facts;
    return { ...rest, tool: { ...tool, topK: analysis.topK } };
  }
  const { bundle } = run;
  if (intake.folder === null || setup.report === null || bundle === null) return null;
  return {
    tool: toolFacts(setup.report, version, { ...options, ...run.options, topK: analysis.topK }),
    recipe: bundle.recipe,
    models: {
      detector: modelRef(bundle, 'detector', run.options.stages),
      keypoint: modelRef(bundle, 'keypoint', run.options.stages),
      embedder: modelRef(bundle, 'embedder', run.options.stages),
    },
    ignored: [...intake.folder.ignored],
  };
}

function toolFacts(
  report: BackendReport,
  version: string,
  options: Pick<AppState['options'], 'stages' | 'dogs' | 'preview' | 'topK'>,
): Results['tool'] {
  return {
    name: 'samedog',
    version,
    platform: 'browser',
    backend: report.backend,
    decoder: report.decoder,
    stages: options.stages,
    dogs: options.dogs,
    topK: options.topK,
    ...(options.preview ? { preview: PREVIEW } : {}),
  };
}

function modelRef(
  bundle: ModelBundle,
  slot: ModelSlot,
  stages: StageChoice,
): { file: string; sha256: string } | null {
  // As in the headless run: a model whose stage was left out made nothing of this.
  const model = SLOTS_NEEDED[stages].includes(slot) ? bundle.files[slot] : null;
  return model === null ? null : { file: model.name, sha256: model.sha256 };
}

/** Stands for the vectors until they are written; no path holds a NUL. */
const MARK = '\u0000vectors';
/** Floats encoded at a time; 3 floats are 4 whole triples of bytes, so parts can be joined. */
const PART = 3 * 65536;

/** The text of results.json in parts. The vectors are encoded piece by piece, so that the page stays responsive. */
async function withVectors(results: Results, vectors: Float32Array): Promise<string[]> {
  const { file: _, ...shape } = results.embeddings;
  const text = JSON.stringify({ ...results, embeddings: { ...shape, data: MARK } });
  const mark = JSON.stringify(MARK).slice(1, -1);
  const at = text.lastIndexOf(mark);
  const parts = [text.slice(0, at)];
  for (let start = 0; start < vectors.length; start += PART) {
    parts.push(encodeFloats(vectors.subarray(start, start + PART)));
    await new Promise((resolve) => setTimeout(resolve));
  }
  parts.push(text.slice(at + mark.length), '\n');
  return parts;
}
