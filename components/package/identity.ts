/** Category and name of a package, with the version where there is one. */
export interface PackageIdentity {
  readonly category: string;
  readonly pn: string;
  readonly version?: string;
  readonly slot?: string;
}

/** Splits `category/PN-PVR` for display. Source: PMS 3.1.2, 3.2 */
export function identityOf(cpv: string): PackageIdentity {
  const slash = cpv.indexOf('/');
  const category = slash < 0 ? '' : cpv.slice(0, slash);
  const pf = cpv.slice(slash + 1);
  const found = /^(.+?)-(\d+(?:\.\d+)*[a-z]?(?:_(?:alpha|beta|pre|rc|p)\d*)*(?:-r\d+)?)$/.exec(pf);
  return found ? { category, pn: found[1]!, version: found[2]! } : { category, pn: pf };
}
