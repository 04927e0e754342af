/** The photos of the built-in sample: five of each dog, six without any, eight hard ones. */
import type { Hard, PhotoSpec, Still } from './photo.js';
import { Random, mixSeed } from './random.js';
import { SAMPLE_DOGS } from './sample_dogs.js';
import { PLACES } from './scene/place.js';
import type { PlaceKind } from './scene/place.js';

const SEED = 20;
const PHOTOS_PER_DOG = 5;

/** One hard photo for each of these dogs: `dog/number`. */
const HARD: Readonly<Record<string, readonly [Hard, PlaceKind]>> = {
  'Biscuit/5': ['behind', 'park'],
  'Domino/5': ['hidden', 'meadow'],
  'Pip/5': ['small', 'beach'],
  'Frost/5': ['backlit', 'snow'],
  'Storm/4': ['small', 'meadow'],
  'Hugo/5': ['backlit', 'meadow'],
  'Juno/5': ['behind', 'street'],
  'Ziggy/5': ['hidden', 'park'],
};

const EMPTY: readonly { file: string; place: PlaceKind; still: Still }[] = [
  { file: 'ball.jpg', place: 'meadow', still: 'ball' },
  { file: 'bench.jpg', place: 'park', still: 'bench' },
  { file: 'bush.jpg', place: 'snow', still: 'bush' },
  { file: 'crate.jpg', place: 'street', still: 'crate' },
  { file: 'pot.jpg', place: 'livingRoom', still: 'pot' },
  { file: 'stone.jpg', place: 'beach', still: 'stone' },
];

/** Seeds that gave an unlucky picture (a face cut off, a tree from the head) take another try. */
const RETRY: Readonly<Record<string, number>> = {};

/** @param long long side of the photos, pixels */
export function samplePlan(long: number): PhotoSpec[] {
  const shapes = [
    { width: long, height: Math.round(long * 0.75) },
    { width: Math.round(long * 0.75), height: long },
    { width: long, height: Math.round(long * 0.75) },
    { width: long, height: Math.round((long * 2) / 3) },
    { width: Math.round(long * 0.75), height: long },
  ];
  const specs: PhotoSpec[] = [];
  SAMPLE_DOGS.forEach((dog, d) => {
    const r = new Random(mixSeed('sample-places', SEED, d));
    // Every dog meets five of the nine places; over all dogs each place comes up about as often.
    const places = r.shuffle(
      PLACES.map((_, i) => PLACES[(i + d * PHOTOS_PER_DOG) % PLACES.length] ?? 'meadow').slice(
        0,
        PHOTOS_PER_DOG,
      ),
    );
    const forms = r.shuffle(shapes);
    for (let i = 0; i < PHOTOS_PER_DOG; i += 1) {
      const key = `${dog.name}/${String(i + 1)}`;
      const hard = HARD[key];
      const shape = forms[i] ?? shapes[0]!;
      specs.push({
        path: `${key}.jpg`,
        dog,
        seed: mixSeed('sample', SEED, key, RETRY[key] ?? 0),
        ...shape,
        place: hard?.[1] ?? places[i] ?? 'meadow',
        facing: true,
        ...(hard === undefined ? {} : { hard: hard[0] }),
      });
    }
  });
  EMPTY.forEach(({ file, place, still }, i) => {
    specs.push({
      path: file,
      dog: null,
      seed: mixSeed('sample-empty', SEED, file, RETRY[file] ?? 0),
      ...shapes[i % shapes.length]!,
      place,
      still,
    });
  });
  return specs;
}
