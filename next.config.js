/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  outputFileTracingRoot: import.meta.dirname,
  serverExternalPackages: ['libsql', 'pg', 'pg-boss', 'esbuild'],
  devIndicators: false,
};
