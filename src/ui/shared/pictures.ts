/** Object URLs of pictures on the page: made when first shown, kept while likely to be shown again, always revoked. */
export interface Pictures {
  url(blob: Blob): string;
  /** Revokes everything, when a folder is replaced. */
  clear(): void;
}

export interface UrlMaker {
  createObjectURL(blob: Blob): string;
  revokeObjectURL(url: string): void;
}

/** `limit` pictures at most; the one not asked for longest goes first (an image that has loaded stays visible). */
export function createPictures(maker: UrlMaker, limit = 1500): Pictures {
  const urls = new Map<Blob, string>();
  return {
    url(blob) {
      const known = urls.get(blob);
      const url = known ?? maker.createObjectURL(blob);
      urls.delete(blob);
      urls.set(blob, url);
      for (const [oldest, old] of urls) {
        if (urls.size <= limit) break;
        urls.delete(oldest);
        maker.revokeObjectURL(old);
      }
      return url;
    },
    clear() {
      for (const url of urls.values()) maker.revokeObjectURL(url);
      urls.clear();
    },
  };
}
