/** A PostgreSQL that does not answer is away; ms. For every pool of connections. */
export const postgresPatience = { connectionTimeoutMillis: 5_000, query_timeout: 30_000, keepAlive: true } as const;
