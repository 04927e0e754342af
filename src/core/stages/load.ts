/** From a session and a file's facts to a stage that can be run. The same for every platform. */
import type { OnnxFileInfo } from '../onnx/file';
import { readEmbedderContract, type EmbedderContract } from '../onnx/embedder';
import type { Loaded } from '../pipeline';
import type { Session } from '../ports';
import type { Recipe } from '../recipe/schema';
import { fail, ok, type Result } from '../types';
import { readYoloContract, type YoloContract } from './yolo/contract';

interface LoadError {
  readonly message: string;
}

/** The detector, fed and read as its file and the recipe say. */
export function loadDetector(
  session: Session,
  info: OnnxFileInfo | null,
  rules: Recipe['detector'],
): Result<Loaded<YoloContract>, LoadError> {
  const { imgsz, classes } = rules;
  return loaded(
    session,
    readYoloContract(info, session.inputs, session.outputs, 'detect', { imgsz, classes }),
  );
}

/** The keypoint model, likewise. */
export function loadKeypoint(
  session: Session,
  info: OnnxFileInfo | null,
  rules: Recipe['keypoint'],
): Result<Loaded<YoloContract>, LoadError> {
  const { imgsz, names } = rules;
  return loaded(
    session,
    readYoloContract(info, session.inputs, session.outputs, 'pose', { imgsz, names }),
  );
}

/** The embedder, likewise. */
export function loadEmbedder(
  session: Session,
  info: OnnxFileInfo | null,
  rules: Recipe['embedder'],
): Result<Loaded<EmbedderContract>, LoadError> {
  return loaded(session, readEmbedderContract(info, session.inputs, session.outputs, rules));
}

function loaded<C>(session: Session, contract: Result<C, LoadError>): Result<Loaded<C>, LoadError> {
  return contract.ok ? ok({ session, contract: contract.value }) : fail(contract.error);
}
