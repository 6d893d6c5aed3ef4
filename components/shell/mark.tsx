/** The product's mark: the four places as nested offsets, host to image. */
export function Mark({ className = 'size-7' }: { className?: string }) {
  return (
    <svg viewBox="0 0 28 28" className={className} role="img" aria-label="Prefix Studio">
      <rect x="2" y="3" width="24" height="4" rx="1.2" className="fill-host" />
      <rect x="6" y="9.2" width="20" height="4" rx="1.2" className="fill-staging" />
      <rect x="10" y="15.4" width="16" height="4" rx="1.2" className="fill-final" />
      <rect x="14" y="21.6" width="12" height="4" rx="1.2" className="fill-image" />
    </svg>
  );
}
