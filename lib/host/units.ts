/** `1.5 GB`; decimal units, one decimal below 10. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

/** `12.3 MB`; what is less than 0.1 MB in kB or bytes. For sizes in a column. */
export const megabytes = (bytes: number): string =>
  bytes < 100_000 ? formatBytes(bytes) : `${(bytes / 1e6).toFixed(1)} MB`;

/** `4 MiB`; binary units, as limits are set. */
export function formatBinary(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let at = 0;
  let size = bytes;
  for (; size >= 1024 && at < units.length - 1; at++) size /= 1024;
  return `${Math.floor(size * 10) / 10} ${units[at]}`;
}
