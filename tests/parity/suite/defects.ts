/**
 * The four ways in which the first Python attempt was wrong without an error. Each case shows that the right way
 * agrees with the reference AND that the comparison would fail for the wrong way: a test that cannot fail proves nothing.
 *
 * | what was wrong                                   | tests that would catch it                                          |
 * | ------------------------------------------------ | ------------------------------------------------------------------ |
 * | 1 the letterbox border was never subtracted      | here; unit/image/letterbox, unit/pipeline (a wide photo's box)     |
 * | 2 mean, std and kernel differ from the training  | here; parity/doctor (planted models); suite/pixels, suite/embeddings |
 * | 3 photos were stretched, not letterboxed         | here; unit/image/letterbox (pads, does not stretch); suite/exports |
 * | 4 EXIF was not applied                           | here; unit/intake, unit/decoder, e2e/decoder (all eight, WebP too) |
 * | the query was taken for rank 0 of its gallery    | unit/retrieval (self never in its gallery)                         |
 * | only the first detection was looked at           | unit/pipeline (all dogs; the best carries the identity)            |
 * | boxes and pads were truncated                    | unit/geometry/chip (rounds outwards; truncates in original-2025)   |
 */
import { letterbox, planLetterbox } from '../../../src/core/image/letterbox';
import { resize } from '../../../src/core/image/resize';
import { toNchw, YOLO_NORMALISATION } from '../../../src/core/image/tensor';
import { nms } from '../../../src/core/geometry/nms';
import { decode } from '../../../src/core/stages/yolo/decode';
import { detectDogs } from '../../../src/core/stages/yolo/detect';
import { assert, equal } from './check';
import { embedOne, SAME_FILE, withEmbedder } from './embeddings';
import {
  decodeFile,
  referencePath,
  type Case,
  type ExpectedBox,
  type Fixtures,
} from './environment';
import { compareAll, expectedDogs, openExport } from './exports';

/** The comparison must refuse this. */
function assertRefused(comparison: () => void, what: string): void {
  let refused = false;
  try {
    comparison();
  } catch {
    refused = true;
  }
  assert(refused, `${what} passed the comparison`);
}

export function defectCases({ reference, exports }: Fixtures): Case[] {
  const tall = exports.find((row) => row.name === '11-raw')!;
  const squashed = reference.embeddings.find((row) => row.name === 'squash')!;
  return [
    {
      name: 'defect 1: boxes whose letterbox border was not subtracted are refused',
      run: async (environment) => {
        const { session, contract } = await openExport(environment, tall);
        const picture = await decodeFile(environment, `exports/${tall.picture}`);
        const rules = { conf: tall.conf, iou: tall.iou, resize: 'cv-linear' } as const;
        const dogs = await detectDogs(session, contract, picture, rules);
        await session.dispose();
        const plan = planLetterbox(picture, contract.input);
        const boxes = (left: number, top: number): ExpectedBox[] =>
          dogs.map(({ bbox, score }) => ({
            box: [bbox.x1 + left, bbox.y1 + top, bbox.x2 + left, bbox.y2 + top],
            score,
            cls: 0,
          }));
        compareAll(boxes(0, 0), expectedDogs(tall), plan);
        const scale = plan.source.width / plan.inner.width;
        assert(plan.left * scale > 100, 'the picture has no border worth the name');
        const unsubtracted = boxes(plan.left * scale, plan.top * scale);
        assertRefused(
          () => compareAll(unsubtracted, expectedDogs(tall), plan),
          'an unsubtracted pad',
        );
      },
    },
    {
      name: 'defect 2: an embedding without mean and std is refused',
      run: (environment) =>
        withEmbedder(environment, async (session) => {
          const photo = await decodeFile(environment, referencePath(squashed.photo));
          const right = await embedOne(session, photo, squashed);
          const bare = { ...squashed.section, mean: [0, 0, 0], std: [1, 1, 1] };
          const wrong = await embedOne(session, photo, {
            ...squashed,
            section: bare as unknown as typeof squashed.section,
          });
          const area = { ...squashed.section, resize: 'cv-area' } as const;
          const wrongKernel = await embedOne(session, photo, { ...squashed, section: area });
          assert(right >= SAME_FILE, `cosine ${right} with mean and std`);
          assert(wrong < SAME_FILE, `cosine ${wrong} without mean and std passes`);
          assert(wrongKernel < right, `cosine ${wrongKernel} with INTER_AREA is no worse`);
        }),
    },
    {
      name: 'defect 3: a stretched photo instead of a letterboxed one is refused',
      run: async (environment) => {
        const { session, contract } = await openExport(environment, tall);
        const picture = await decodeFile(environment, `exports/${tall.picture}`);
        const { width, height, name } = contract.input;
        const stretched = resize(picture, width, height, 'cv-linear');
        const boxed = letterbox(picture, planLetterbox(picture, contract.input), 'cv-linear');
        assert(
          stretched.data.some((v, i) => v !== boxed.data[i]),
          'the two inputs are equal',
        );
        const output = await session.run({
          [name]: {
            type: 'float32',
            dims: [1, 3, height, width],
            data: toNchw(stretched, YOLO_NORMALISATION),
          },
        });
        await session.dispose();
        const tensor = output[contract.output.name];
        assert(tensor?.type === 'float32', 'no output');
        const [, rows, columns] = tensor.dims;
        const found = decode(
          { data: tensor.data, rows: rows!, columns: columns! },
          contract,
          tall.conf,
        );
        const boxes = nms(found.boxes, found.scores, tall).map((i): ExpectedBox => {
          const box = found.boxes[i]!;
          const [sx, sy] = [picture.width / width, picture.height / height];
          return {
            box: [box.x1 * sx, box.y1 * sy, box.x2 * sx, box.y2 * sy],
            score: found.scores[i]!,
            cls: 0,
          };
        });
        const plan = planLetterbox(picture, contract.input);
        assertRefused(() => compareAll(boxes, expectedDogs(tall), plan), 'a stretched photo');
      },
    },
    {
      name: 'defect 4: EXIF orientations 1 to 8 are all applied, in JPEG, PNG and WebP',
      run: async (environment) => {
        const upright = await decodeFile(environment, 'reference/photos/exif_1.jpg');
        assert(upright.width > upright.height, 'the photo must not be square');
        const names = [2, 3, 4, 5, 6, 7, 8].map((tag) => `exif_${tag}.jpg`);
        for (const name of [...names, 'exif_6.png', 'exif_6.webp']) {
          const image = await decodeFile(environment, `reference/photos/${name}`);
          equal([image.width, image.height], [upright.width, upright.height], name);
          let sum = 0;
          image.data.forEach((value, i) => (sum += Math.abs(value - upright.data[i]!)));
          // The eight files were compressed turned, so they differ by JPEG noise; a wrong turn differs by scenery.
          const mean = sum / image.data.length;
          assert(mean < 3, `${name} differs from the upright photo by ${mean} on average`);
          const turned = upright.data.toReversed();
          let wrong = 0;
          turned.forEach((value, i) => (wrong += Math.abs(value - upright.data[i]!)));
          assert(wrong / turned.length > 10, 'the scene looks the same when turned');
        }
      },
    },
  ];
}
