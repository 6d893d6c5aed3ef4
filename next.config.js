/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  outputFileTracingRoot: import.meta.dirname,
  serverExternalPackages: ['libsql', 'pg', 'pg-boss'],
  devIndicators: false,
  // also collects what of Next itself a server needs: that is what `npm pack` ships
  output: 'standalone',
  // no page has pictures to scale, and the program for it is large
  images: { unoptimized: true },
  // `npm test` and `npm run check` judge the types of the whole project; a build for a user need not do it again
  typescript: { ignoreBuildErrors: true },
  // the folders that this program works in are known when it runs: the trace of files cannot be told them, and need not be
  turbopack: {
    ignoreIssue: [{ path: /^lib\//, title: 'Dynamic filesystem access causes tracing of the whole project' }],
  },
  experimental: {
    // a user builds once: writing the cache would take longer than it ever saves
    turbopackFileSystemCacheForBuild: false,
    // the program's folder may belong to another user than the server's
    isrFlushToDisk: false,
  },
};
