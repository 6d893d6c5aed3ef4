'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ThemeProvider } from 'next-themes';
import { Tooltip } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { Toaster } from 'sonner';

const makeClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: { staleTime: 5_000, retry: 1, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });

export function Providers({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  const [client] = useState(makeClient);
  return (
    <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange nonce={nonce}>
      <QueryClientProvider client={client}>
        <Tooltip.Provider delayDuration={350} skipDelayDuration={150}>
          {children}
          <Toaster
            position="bottom-right"
            visibleToasts={4}
            toastOptions={{
              classNames: {
                toast: '!bg-raised !text-ink !border-line !shadow-pop !rounded-lg !font-sans !text-sm',
                description: '!text-muted',
                actionButton: '!bg-link !text-on-solid',
              },
            }}
          />
        </Tooltip.Provider>
      </QueryClientProvider>
    </ThemeProvider>
  );
}
