const variables: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
  LC_ALL: 'C.UTF-8',
};

/** Environment of programs that need nothing of ours, and whose environment a stranger may see: where programs are, plain text. */
export const plainEnvironment = variables as NodeJS.ProcessEnv;
