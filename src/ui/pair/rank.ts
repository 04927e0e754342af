/** Rank of `other` among all rows but `row` itself: 1 + the number more similar; an earlier row wins a tie. */
export function rankOf(similarity: Float32Array, n: number, row: number, other: number): number {
  const own = similarity[row * n + other]!;
  let rank = 1;
  for (let i = 0; i < n; i++) {
    if (i === row || i === other) continue;
    const value = similarity[row * n + i]!;
    if (value > own || (value === own && i < other)) rank++;
  }
  return rank;
}
