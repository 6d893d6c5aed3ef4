import type { ReactNode } from 'react';
import { StreamProvider } from '@/components/data/stream';
import { ConnectionNotice } from './connection-notice';
import { PageContent } from './page-content';
import { Palette } from './palette';
import { Rail } from './rail';
import { Shortcuts } from './shortcuts';
import { TopBar } from './top-bar';

/** Rail, bar and overlays around every page. */
export function Shell({ children }: { children: ReactNode }) {
  return (
    <StreamProvider>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-link px-3 py-1.5 text-sm font-medium text-on-solid focus:translate-y-0"
      >
        Skip to the page
      </a>
      <div className="md:grid md:grid-cols-[auto_minmax(0,1fr)]">
        <Rail />
        <div className="flex min-h-dvh min-w-0 flex-col max-md:pb-16">
          <TopBar />
          <ConnectionNotice />
          <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none">
            <PageContent>{children}</PageContent>
          </main>
        </div>
      </div>
      <Palette />
      <Shortcuts />
    </StreamProvider>
  );
}
