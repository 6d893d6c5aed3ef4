import type { ImageFacts } from '../layout/events';

export interface DeployRequest {
  readonly name: string;
  readonly eprefix: string;
  /** whose os-release the image matches */
  readonly target: 'flatcar' | 'any';
  readonly image: Pick<ImageFacts, 'fileName' | 'sha256' | 'unread'>;
  /** where the target will download the image from */
  readonly url: string;
}

/** Steps of a deployment, for copying. */
export interface DeploySnippets {
  /** Butane configuration, variant flatcar 1.0.0 */
  readonly butane: string;
  /** commands for a running system */
  readonly commands: string;
  /** what to know before merging it, sentences */
  readonly warnings: readonly string[];
}

/**
 * Configuration that puts the image on a target. Below `/opt` the merged hierarchy turns read-only, so the image itself is
 * stored in `/var/lib/extensions`, which systemd-sysext searches too. Source: systemd-sysext(8)
 */
export function deploySnippets({ name, eprefix, target, image, url }: DeployRequest): DeploySnippets {
  const path = `/var/lib/extensions/${name}.raw`;
  return {
    butane: `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: ${path}
      mode: 0644
      contents:
        source: ${url}
        verification:
          hash: sha256-${image.sha256}
systemd:
  units:
    - name: systemd-sysext.service
      enabled: true
`,
    commands: `sudo install -D -m 0644 ${image.fileName} ${path}
sudo systemd-sysext refresh
systemd-sysext status
`,
    warnings: [...readOnlyWarnings(eprefix, target), ...unreadWarnings(image.unread ?? [])],
  };
}

function readOnlyWarnings(eprefix: string, target: DeployRequest['target']): readonly string[] {
  if (!eprefix.startsWith('/opt/')) return [];
  const elsewhere = target === 'flatcar' ? ', or choose a prefix below /usr/local' : '';
  return [
    `While the image is merged, all of /opt is read-only on the target, and systemd before 257 hides mounts below it. Keep data that changes elsewhere${elsewhere}.`,
  ];
}

/** Files shown before the rest is counted. */
const mostShown = 3;

function unreadWarnings(paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return [];
  const shown = paths.slice(0, mostShown).join(', ');
  const more = paths.length > mostShown ? ` and ${paths.length - mostShown} more` : '';
  const unit = paths.find((path) => /\/systemd\/system\/[^/]+\.(?:service|socket|timer|path)$/.test(path));
  const remedy = unit === undefined ? '' : ` While it is merged, \`systemctl link ${unit}\` makes a unit known there.`;
  return [
    `The target never reads ${shown}${more}: its services look into their own folders, not below a prefix.${remedy}`,
  ];
}
