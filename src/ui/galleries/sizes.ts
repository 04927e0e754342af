/** How large the chips of a gallery are, so that the top K fill the row without becoming posters. */
export interface GallerySizes {
  /** Side of a chip, CSS px. */
  readonly picture: number;
  readonly rowHeight: number;
}

/** Padding, gaps and borders around the chips of a row, CSS px. */
const SIDES = 48;
const PER_CHIP = 26;
/** Rank, name and verdict of a match, and the space between rows. */
const WORDS = 94;

/** What a threshold says of a match, below it. */
const CALL = 22;

export function gallerySizes(width: number, k: number, called = false): GallerySizes {
  const room = (width - SIDES) / (k + 1) - PER_CHIP;
  const picture = Math.round(Math.min(156, Math.max(92, room)));
  return { picture, rowHeight: picture + WORDS + (called ? CALL : 0) };
}
