/** Stands where a row of known shape will be; the whole group is announced once by `label`. */
export function SkeletonRows({ rows, label, height = 'h-9' }: { rows: number; label: string; height?: string }) {
  return (
    <div role="status" className="flex flex-col gap-2">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} aria-hidden className={`working rounded-md bg-line/60 ${height}`} />
      ))}
    </div>
  );
}

/** Says what is being waited for. */
export function Waiting({ children }: { children: string }) {
  return (
    <p role="status" className="flex items-center gap-2 py-6 text-sm text-muted">
      <span aria-hidden className="working size-2 rounded-full bg-link" />
      {children}
    </p>
  );
}
