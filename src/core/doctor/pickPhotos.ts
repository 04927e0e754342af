/** Which photos the doctor looks at: enough to judge, few enough to wait for. */

/** Photos embedded under every recipe. */
export const MAX_PHOTOS = 120;

/**
 * Indexes of up to `max` labelled photos, the same number from each dog where possible, dogs with a single photo
 * left out. Ascending.
 */
export function pickPhotos(identities: readonly (string | null)[], max = MAX_PHOTOS): number[] {
  const byDog = new Map<string, number[]>();
  identities.forEach((identity, i) => {
    if (identity !== null) byDog.set(identity, [...(byDog.get(identity) ?? []), i]);
  });
  const queues = [...byDog.values()].filter((photos) => photos.length >= 2);
  const picked: number[] = [];
  // Two at a time: a dog with one photo gives no genuine pair.
  for (let round = 0; picked.length < max; round += 2) {
    const before = picked.length;
    for (const photos of queues) {
      const next = photos.slice(round, round + 2);
      if (picked.length + next.length <= max) picked.push(...next);
    }
    if (picked.length === before) break;
  }
  return picked.sort((a, b) => a - b);
}
