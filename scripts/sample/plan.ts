/** Which photos are made: the training renders (random dogs) and the sample (chosen dogs). */
import { randomIdentity } from './dog/identity.js';
import type { Hard, PhotoSpec } from './photo.js';
import { Random, mixSeed } from './random.js';
import { PLACES } from './scene/place.js';
import type { PlaceKind } from './scene/place.js';

export interface TrainingOptions {
  readonly dogs: number;
  readonly photos: number;
  readonly negatives: number;
  readonly longSide: number;
  readonly seed: number;
}

function sizeOf(r: Random, long: number): { width: number; height: number } {
  const short = Math.round(long * r.pick([0.75, 0.75, 0.6667]));
  return r.chance(0.62) ? { width: long, height: short } : { width: short, height: long };
}

/** Random dogs in every kind of place; a share of hard photos like those of the sample. */
export function trainingPlan(o: TrainingOptions): PhotoSpec[] {
  const specs: PhotoSpec[] = [];
  for (let d = 0; d < o.dogs; d += 1) {
    const name = `dog${String(d + 1).padStart(4, '0')}`;
    const dog = randomIdentity(name, mixSeed('training-dog', o.seed, d));
    const r = new Random(mixSeed('training-photos', o.seed, d));
    const places = [...r.shuffle(PLACES), ...r.shuffle(PLACES), ...r.shuffle(PLACES)];
    for (let i = 0; i < o.photos; i += 1) {
      const roll = r.next();
      const hard: Hard | undefined =
        roll < 0.05
          ? 'small'
          : roll < 0.08
            ? 'behind'
            : roll < 0.1
              ? 'hidden'
              : roll < 0.14
                ? 'backlit'
                : undefined;
      const place: PlaceKind = places[i % places.length] ?? 'meadow';
      specs.push({
        path: `${name}/${String(i + 1)}.jpg`,
        draft: true,
        dog,
        seed: mixSeed('training', o.seed, d, i),
        ...sizeOf(r, o.longSide),
        // The sun is never behind a sofa.
        place: hard === 'backlit' ? r.pick<PlaceKind>(['meadow', 'park', 'forest', 'snow']) : place,
        ...(hard === undefined ? {} : { hard }),
      });
    }
  }
  const r = new Random(mixSeed('training-negatives', o.seed));
  const empty: PhotoSpec[] = [];
  for (let i = 0; i < o.negatives; i += 1) {
    empty.push({
      draft: true,
      path: `none${String(i + 1).padStart(4, '0')}.jpg`,
      dog: null,
      seed: mixSeed('training-negative', o.seed, i),
      ...sizeOf(r, o.longSide),
      place: PLACES[i % PLACES.length] ?? 'meadow',
    });
  }
  // Mixed, so that a run that is cut short is still a usable set.
  const out: PhotoSpec[] = [];
  const every = empty.length > 0 ? Math.max(1, Math.floor(specs.length / empty.length)) : Infinity;
  specs.forEach((spec, i) => {
    out.push(spec);
    if ((i + 1) % every === 0) out.push(...empty.splice(0, 1));
  });
  return [...out, ...empty];
}
