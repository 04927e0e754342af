/**
 * Chips held for the doctor, which embeds them again and again. Crops are kept while they fit into a budget, others
 * are cut anew whenever fit or kernel change; the resized pixels of the last fit and kernel are kept in any case.
 */
import type { Loaded } from '../pipeline';
import { embedSeen, fitToEmbedder, type EmbedderIo } from '../stages/embed';
import type { EmbeddingMatrix, RgbImage } from '../types';
import type { EmbedderRules } from './candidates';

/** Bytes of crops held at once: 30 body crops of 12-megapixel photos, or all of a folder's face chips. */
const BUDGET = 256 * 1024 * 1024;

/** Cuts a chip from its photo again. */
export type CutChip = () => Promise<RgbImage>;

export class HeldChips {
  private readonly chips: { readonly cut: CutChip; readonly crop: RgbImage | null }[] = [];
  private held = 0;
  private fitted: { readonly key: string; readonly seen: readonly RgbImage[] } | null = null;

  constructor(private readonly budget = BUDGET) {}

  get count(): number {
    return this.chips.length;
  }

  /** Adds a chip as cut from its photo, before any resize. `cut` must give the same pixels again. */
  add(crop: RgbImage, cut: CutChip): void {
    const room = this.held + crop.data.length <= this.budget;
    if (room) this.held += crop.data.length;
    this.chips.push({ cut, crop: room ? crop : null });
    this.fitted = null;
  }

  /**
   * `count` unit rows. A chip whose vector is not finite or zero under these rules gets a zero row: it then
   * separates nothing, which is the truth about such a recipe. Throws when a runtime does or a chip cannot be cut.
   */
  async embed(
    { session, contract }: Loaded<EmbedderIo>,
    rules: EmbedderRules,
  ): Promise<EmbeddingMatrix> {
    const rows: (Float32Array | null)[] = [];
    for (const seen of await this.fit(rules)) {
      const unit = await embedSeen(session, contract, seen, rules);
      rows.push(unit.ok ? unit.value : null);
    }
    const dim = Math.max(0, ...rows.map((row) => row?.length ?? 0));
    const data = new Float32Array(rows.length * dim);
    rows.forEach((row, i) => {
      if (row !== null) data.set(row, i * dim);
    });
    return { rows: rows.length, dim, data };
  }

  private async fit(rules: EmbedderRules): Promise<readonly RgbImage[]> {
    const { size, resize, fit, padValue, cropPct } = rules;
    const key = JSON.stringify([size, resize, fit, padValue, cropPct]);
    if (this.fitted?.key !== key) {
      const seen: RgbImage[] = [];
      for (const { crop, cut } of this.chips)
        seen.push(fitToEmbedder(crop ?? (await cut()), rules));
      this.fitted = { key, seen };
    }
    return this.fitted.seen;
  }
}
