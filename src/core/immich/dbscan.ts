/**
 * DBSCAN(eps = maxDistance, min_samples = minFaces) over cosine distance, numbered as scikit-learn does: clusters
 * grow from core faces in row order, a border face joins the first cluster that reaches it. The reference beside
 * the library's own rule: what the clustering could be if it did not depend on the order.
 */
import type { Assignment, LibrarySettings } from './faces';
import type { Neighbours } from './neighbours';

export function dbscan(
  neighbours: Neighbours,
  { maxDistance, minFaces }: LibrarySettings,
): Assignment {
  const faces = neighbours.size;
  const core = new Uint8Array(faces);
  for (let row = 0; row < faces; row++) {
    let near = 1;
    neighbours.visitReach(row, maxDistance, () => near++);
    core[row] = near >= minFaces ? 1 : 0;
  }
  const person = new Int32Array(faces).fill(-1);
  let people = 0;
  for (let seed = 0; seed < faces; seed++) {
    if (person[seed]! >= 0 || core[seed] === 0) continue;
    const own = people++;
    person[seed] = own;
    const stack = [seed];
    for (let row = stack.pop(); row !== undefined; row = stack.pop()) {
      neighbours.visitReach(row, maxDistance, (other) => {
        if (person[other]! >= 0) return;
        person[other] = own;
        if (core[other] === 1) stack.push(other);
      });
    }
  }
  return { person, people };
}
