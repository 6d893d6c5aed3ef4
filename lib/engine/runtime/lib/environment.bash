# Saving and restoring what phases leave behind. Source: PMS, "The state of variables between functions".
# A saved environment is a file that bash can source: `declare` lines and functions, without what the package manager
# itself sets anew for every phase.

__unsaved_variables='^(BASH.*|COMP_.*|DIRSTACK|EPOCH.*|EUID|FUNCNAME|GROUPS|HIST.*|HOSTNAME|HOSTTYPE|IFS|LINENO|MACHTYPE|'
__unsaved_variables+='OLDPWD|OPTARG|OPTERR|OPTIND|OSTYPE|PATH|PIPESTATUS|POSIXLY_CORRECT|PPID|PS[0-4]|PWD|RANDOM|SECONDS|'
__unsaved_variables+='SHELL|SHELLOPTS|SHLVL|SRANDOM|TERM|UID|_|__.*|'
# of phases with a network
__unsaved_variables+='(http|https|ftp|all|no)_proxy|(HTTP|HTTPS|ALL|NO)_PROXY|GIT_PROXY_COMMAND|SSL_CERT_FILE|'
__unsaved_variables+='CURL_CA_BUNDLE|GIT_SSL_CAINFO|CARGO_HTTP_CAINFO|REQUESTS_CA_BUNDLE|'
__unsaved_variables+='A|AA|BROOT|D|DISTDIR|EBUILD|EBUILD_PHASE|EBUILD_PHASE_FUNC|ECLASS|ED|EPREFIX|EROOT|ESYSROOT|FILESDIR|'
__unsaved_variables+='CCACHE_DISABLE|HOME|LC_ALL|MAKEFLAGS|MAKEOPTS|MERGE_TYPE|REPLACED_BY_VERSION|REPLACING_VERSIONS|ROOT|SOURCE_DATE_EPOCH|SYSROOT|T|TMPDIR|TZ|WORKDIR)$'

# Names of the functions that belong to the runtime; everything defined later belongs to the ebuild.
__remember_runtime_functions() {
	local name
	declare -gA __runtime_functions=()
	while read -r name; do
		__runtime_functions[${name}]=1
	done < <(compgen -A function)
}

# __save_variables [NAME]: writes to stdout; NAME is saved whatever it is. compgen gives names in the order of their bytes,
# whatever the language, as bash keeps them.
__save_variables() {
	local __name
	while IFS= read -r __name; do
		[[ ${__name} =~ ${__unsaved_variables} && ${__name} != "${1}" ]] && continue
		# references and read-only variables cannot be restored
		[[ ${!__name@a} == *[rn]* ]] && continue
		declare -p "${__name}" 2> /dev/null
	done < <(compgen -v)
}

# __keep_variables: leaves the variables in T, for phases and shells that go on from here. It comes behind every phase, so
# it is one builtin; what of it counts is found when it is read.
__keep_variables() {
	{ declare -p >| "${__E_T}/variables"; } 2> /dev/null
	return 0
}

# __kept_variables: writes the variables that __keep_variables left, as a shell of its own understands them
__kept_variables() {
	env -i "${BASH}" --norc --noprofile -c 'source "${1}" 2> /dev/null; source "${2}"; __save_variables PATH' \
		bash "${__E_T}/variables" "${__RUNTIME}/lib/environment.bash"
}

# __save_environment: writes to stdout
__save_environment() {
	local __name
	__save_variables
	while IFS= read -r __name; do
		[[ -n ${__runtime_functions[${__name}]-} || ${__name} == default || ${__name} == default_* ]] && continue
		declare -f "${__name}"
	done < <(compgen -A function)
	return 0
}

# __plain_environment FILE: sets __plain to a file that can be sourced, outside of any function, or its variables
# would be local ones.
__plain_environment() {
	__plain=${1}
	if [[ ${1} == *.bz2 ]]; then
		__plain=${__E_T}/environment
		bzip2 -dc "${1}" > "${__plain}" || die "cannot read the saved environment \`${1##*/}\`"
	fi
}
