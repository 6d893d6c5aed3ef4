/** What programs of ours need of the environment: where things are, how texts are written, how the network is reached. */
const passed =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TZ|LANG|LANGUAGE|LC_\w+|TERM|NO_COLOR|XDG_\w+|NODE_(?:ENV|OPTIONS|EXTRA_CA_CERTS)|SSL_CERT_(?:FILE|DIR)|(?:https?|ftp|all|no)_proxy|GIT_(?:SSH_COMMAND|SSL_CAINFO)|SSH_AUTH_SOCK|GENTOO_MIRRORS|PORTAGE_CONFIGROOT|INVOCATION_ID|PREFIX_STUDIO_\w+)$/i;

/** Never to a child, whoever asks: the token opens the server. */
const kept = new Set(['PREFIX_STUDIO_TOKEN', 'PREFIX_STUDIO_TOKEN_FILE']);

/** The part of our environment that a program of ours gets; `more` is what this one needs besides (`DATABASE_URL`). */
export function childEnvironment(
  more: readonly string[] = [],
  from: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const wanted = Object.entries(from).filter(([name]) => !kept.has(name) && (passed.test(name) || more.includes(name)));
  return Object.fromEntries(wanted) as NodeJS.ProcessEnv;
}
