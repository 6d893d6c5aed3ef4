/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  outputFileTracingRoot: import.meta.dirname,
  serverExternalPackages: ['libsql', 'pg', 'pg-boss', 'esbuild'],
  devIndicators: false,
  // `npm test` and `npm run check` judge the types of the whole project; a build for a user need not do it again
  typescript: { ignoreBuildErrors: true },
  // a user builds once: writing the cache would take longer than it ever saves
  experimental: { turbopackFileSystemCacheForBuild: false },
};
