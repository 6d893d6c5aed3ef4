# What a shell in the sandbox begins with, for an interactive one as its rcfile, for others as BASH_ENV.
# __SHELL_SETTINGS: file of assignments of a package; empty: a shell in staging, without an ebuild.
# __SHELL_PHASE: the phase that the shell stands in; __SHELL_LABEL: for the prompt; __SHELL_GREETING: said once.

unset -v BASH_ENV
export __RUNTIME=${BASH_SOURCE[0]%/*}
__shell_words=("$@")

if [[ $- == *i* ]]; then
	HISTFILE=${HOME}/.bash_history HISTCONTROL=ignoredups PROMPT_DIRTRIM=3
	shopt -s checkwinsize histappend
	alias ls='ls --color=auto' grep='grep --color=auto' ll='ls -l'
	PS1='\[\e[36m\](${__SHELL_LABEL})\[\e[0m\] \w $ '
	__shell_greet() {
		unset -v PROMPT_COMMAND
		printf '%s\n' "${__SHELL_GREETING}" >&2
	}
	PROMPT_COMMAND=__shell_greet
fi

# __shell_phase NAME: variables and commands as they are while this phase runs
__shell_phase() {
	[[ ${EBUILD_PHASE} == "${1}" ]] && return 0
	local __function
	__phase_function "${1}"
	export EBUILD_PHASE=${1} EBUILD_PHASE_FUNC=${__function} __E_PHASE=${1}
	__set_phase_variables "${1}"
	__define_defaults "${__function}"
	[[ ${1} == install ]] && __prepare_image
	return 0
}

# __shell_before COMMAND: called before what is typed; a phase function finds what it may expect
__shell_before() {
	local word=${1%%[[:space:]\;\&\|]*}
	[[ ${word} == '"$@"' ]] && word=${__shell_words[0]-}
	case ${word} in
		pkg_pretend | pkg_setup | src_unpack | src_prepare | src_configure | src_compile | src_test | src_install)
			__shell_phase "${word#*_}"
			;;
	esac
	return 0
}

# phase NAME: runs a phase as the build does, in its directory and with what is run around it
phase() {
	case ${1-} in
		pretend | setup | unpack | prepare | configure | compile | test | install) __run_phase "${1}" ;;
		*)
			echo 'phase: setup, unpack, prepare, configure, compile, test or install is wanted' >&2
			return 2
			;;
	esac
}

if [[ -n ${__SHELL_SETTINGS} ]]; then
	exec {__EVENT_FD}>&3 3>&- {__ANSWER_FD}<&4 4<&-
	trap 'exit 1' USR1
	__settings=${__SHELL_SETTINGS} __first_phase=setup
	source "${__RUNTIME}/lib/begin.bash"
	# what is printed goes into a pipe or a file
	[[ ${TERM} == dumb ]] && __color_good= __color_warn= __color_bad= __color_bracket= __color_off=
	for __function in src_{unpack,prepare,configure,compile,test,install}; do
		declare -F "${__function}" > /dev/null || eval "${__function}() { __call_if_defined __default_${__function}; }"
	done
	unset -v __function
	__shell_phase "${__SHELL_PHASE}"
	if [[ $- == *i* ]]; then
		# `die` brings the person back to the prompt, however deep it was called: an interrupt unwinds everything
		__end_here() { kill -INT "${BASHPID}"; }
		trap __end_here USR1
	fi
	trap '__shell_before "${BASH_COMMAND}"' DEBUG
	for __directory in "${S}" "${WORKDIR}" "${T}"; do
		[[ -d ${__directory} ]] && cd "${__directory}" && break
	done
	unset -v __directory
fi
