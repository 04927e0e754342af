/** The doctor's chips in a worker: cut as the run cut them, held for many embeddings. */
import { HeldChips } from '../core/doctor/heldChips';
import { cropImage } from '../core/image/crop';
import type { RgbImage } from '../core/types';
import { createBrowserDecoder } from '../platform/browser/decoder';
import type { ChipJob } from './contract';

/** Of each worker; beyond it chips are cut again when fit or kernel change. */
const BUDGET = 128 * 1024 * 1024;

export class DoctorChips {
  readonly held = new HeldChips(BUDGET);
  private readonly decoder = createBrowserDecoder();

  /** Null, or why the photo is left out. */
  async add(job: ChipJob): Promise<string | null> {
    try {
      this.held.add(await this.cut(job), () => this.cut(job));
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  private async cut({ file, chip }: ChipJob): Promise<RgbImage> {
    const decoded = await this.decoder.decode(new Uint8Array(await file.arrayBuffer()));
    if (!decoded.ok) throw new Error(decoded.error.message);
    const { width, height } = decoded.value;
    if (chip.x2 > width || chip.y2 > height) throw new Error('it was changed since the run');
    return cropImage(decoded.value, chip);
  }
}
