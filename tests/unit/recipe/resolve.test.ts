import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../src/core/recipe/parse';
import { resolveRecipe, type GraphFacts } from '../../../src/core/recipe/resolve';
import { inferRoles, knownKeypointNames, rolesSuffice } from '../../../src/core/recipe/roles';
import { testRecipe } from './testRecipe';

const hash = (digit: string): string => digit.repeat(64);
const detector: GraphFacts = {
  file: 'mine.onnx',
  sha256: hash('a'),
  imgsz: [320, 320],
  imgszFixed: true,
  classNames: ['cat', 'dog'],
};

describe('resolveRecipe', () => {
  it('keeps the bundled recipe when nothing is given', () => {
    const resolved = resolveRecipe({ bundled: testRecipe, given: null, files: {} });
    expect(resolved).toEqual({ ok: true, value: testRecipe });
  });

  it('names the key that neither the graph nor a recipe gives', () => {
    const resolved = resolveRecipe({ bundled: testRecipe, given: null, files: { detector } });
    expect(resolved.ok).toBe(false);
    if (!resolved.ok) {
      expect(resolved.error.key).toBe('detector.conf');
      expect(resolved.error.message).toContain('mine.onnx');
    }
  });

  it('never lends the bundled mean and std to another embedder', () => {
    const files = { embedder: { file: 'e.onnx', sha256: hash('b'), imgsz: [224, 224] as const } };
    const given = {
      embedder: {
        resize: 'pil-bilinear',
        fit: 'squash',
        std: [1, 1, 1],
        scale: 255,
        colour: 'rgb',
      },
    };
    const resolved = resolveRecipe({ bundled: testRecipe, given, files });
    expect(!resolved.ok && resolved.error.key).toBe('embedder.mean');
  });

  it('completes a given section with what the graph tells', () => {
    const given = { detector: { conf: 0.3, iou: 0.7 } };
    const resolved = resolveRecipe({ bundled: testRecipe, given, files: { detector } });
    expect(resolved.ok && resolved.value.detector).toMatchObject({
      file: 'mine.onnx',
      conf: 0.3,
      iou: 0.7,
      classes: ['dog'],
      imgsz: [320, 320],
    });
    expect(resolved.ok && resolved.value.sha256.detector).toBe(hash('a'));
    expect(resolved.ok && resolved.value.embedder).toEqual(testRecipe.embedder);
  });

  it('lets a recipe alone change a threshold of a bundled model', () => {
    const resolved = resolveRecipe({
      bundled: testRecipe,
      given: { detector: { conf: 0.9 } },
      files: {},
    });
    expect(resolved.ok && resolved.value.detector).toEqual({ ...testRecipe.detector, conf: 0.9 });
  });

  it('refuses a size that a static graph cannot take', () => {
    const given = { detector: { conf: 0.3, iou: 0.7, imgsz: [640, 640] } };
    const resolved = resolveRecipe({ bundled: testRecipe, given, files: { detector } });
    expect(!resolved.ok && resolved.error.key).toBe('detector.imgsz');
  });

  it('refuses a recipe written for another file', () => {
    const given = { detector: { conf: 0.3, iou: 0.7 }, sha256: { detector: hash('c') } };
    const resolved = resolveRecipe({ bundled: testRecipe, given, files: { detector } });
    expect(!resolved.ok && resolved.error.key).toBe('sha256.detector');
  });

  it('refuses fewer keypoint names than the model has points', () => {
    const keypoint: GraphFacts = { file: 'k.onnx', sha256: hash('d'), keypointCount: 24 };
    const given = {
      keypoint: { conf: 0.5, kptConf: 0.3, names: ['nose'], roles: { nose: 'nose' } },
    };
    const resolved = resolveRecipe({ bundled: testRecipe, given, files: { keypoint } });
    expect(!resolved.ok && resolved.error.key).toBe('keypoint.names');
  });

  it('takes names and roles of a known scheme', () => {
    const keypoint: GraphFacts = { file: 'k.onnx', sha256: hash('d'), keypointCount: 24 };
    const given = { keypoint: { conf: 0.5, kptConf: 0.3 } };
    const resolved = resolveRecipe({ bundled: testRecipe, given, files: { keypoint } });
    expect(resolved.ok && resolved.value.keypoint.roles).toEqual({
      left_eye: 'left_eye',
      right_eye: 'right_eye',
      nose: 'nose',
      left_ear: 'left_ear_base',
      right_ear: 'right_ear_base',
      chin: 'chin',
    });
  });

  it('asks for names of an unknown scheme', () => {
    const keypoint: GraphFacts = { file: 'k.onnx', sha256: hash('d'), keypointCount: 5 };
    const given = { keypoint: { conf: 0.5, kptConf: 0.3 } };
    const resolved = resolveRecipe({ bundled: testRecipe, given, files: { keypoint } });
    expect(!resolved.ok && resolved.error.key).toBe('keypoint.names');
  });
});

describe('roles', () => {
  it("knows the first project's four points and that they suffice", () => {
    const names = knownKeypointNames(4)!;
    expect(names).toEqual(['nose', 'chin', 'left_ear_base', 'right_ear_base']);
    expect(rolesSuffice(inferRoles(names))).toBe(true);
  });

  it('reads names as people write them', () => {
    expect(inferRoles(['L_Eye', 'R_Eye', 'Nose', "dog's chin", 'Tail'])).toEqual({
      left_eye: 'L_Eye',
      right_eye: 'R_Eye',
      nose: 'Nose',
      chin: "dog's chin",
    });
  });

  it('does not invent a face from paws', () => {
    expect(rolesSuffice(inferRoles(['paw', 'tail', 'nose']))).toBe(false);
  });
});

describe('parseRecipe', () => {
  it('tells what is wrong and where', () => {
    expect(parseRecipe('{')).toMatchObject({ ok: false });
    const wrong = { ...testRecipe, detector: { ...testRecipe.detector, conf: 7 } };
    const parsed = parseRecipe(JSON.stringify(wrong));
    expect(!parsed.ok && parsed.error.key).toBe('detector.conf');
  });

  it('refuses an unknown key: a typo must not silently mean the default', () => {
    const wrong = { ...testRecipe, crop: { ...testRecipe.crop, bodypad: 0.2 } };
    expect(parseRecipe(JSON.stringify(wrong)).ok).toBe(false);
  });
});
