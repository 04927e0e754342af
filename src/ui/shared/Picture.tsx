import { useBound } from './app';

/** A picture held as a blob. `alt=""` where the words beside it already say what it is. */
export function Picture({
  blob,
  alt,
  className,
  lazy = true,
}: {
  blob: Blob;
  alt: string;
  className?: string | undefined;
  lazy?: boolean;
}) {
  const { pictures } = useBound();
  return (
    <img
      src={pictures.url(blob)}
      alt={alt}
      className={className}
      decoding="async"
      loading={lazy ? 'lazy' : 'eager'}
      draggable={false}
    />
  );
}
