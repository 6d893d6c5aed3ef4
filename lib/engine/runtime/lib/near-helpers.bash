# Install helpers as functions. To start a bash that reads half of the runtime costs more than what most helpers do, and an
# ebuild calls dozens. So they run in a subshell of the shell that calls them: a process of its own as well, in which `exit`, `die`,
# `nonfatal` and the like do the same as in the program of that name, which is there for xargs, find, make and env. A shell that
# the ebuild has made unusual (options, PATH, variables that a helper cannot use) starts the program, too.

__near_helpers=(dobin doconfd dodir dodoc doenvd doexe doheader doinfo doinitd doins dolib.a dolib.so doman dosbin dosym fperms
	keepdir new{bin,confd,doc,envd,exe,header,initd,ins,lib.a,lib.so,man,sbin})

for __part in "${__near_helpers[@]}"; do
	eval "${__part}() { __near_helper ${__part} \"\$@\"; }"
done

# What a plain shell has, when the ebuild is about to be read.
__remember_plain_shell() { __plain_shell="${SHELLOPTS} ${BASHOPTS}"; }

# Variables and programs of the helpers. What the ebuild calls so must not get in their way.
__near_variables=(absolute arguments argument bare below directory entries file folder forced language link mode name options
	page_language parent path place plain recursive relative section status target)
__near_programs=(cat chmod cp install ln mktemp readlink realpath rm)

# __near_helper NAME ARGUMENT…
__near_helper() (
	if [[ "${SHELLOPTS} ${BASHOPTS}" != "${__plain_shell}" || ${PATH} != "${__RUNTIME}"/* || -v GLOBIGNORE || -v BASH_ENV ]] ||
		! { local "${__near_variables[@]}" && unset -f "${__near_programs[@]}"; } 2> /dev/null; then
		exec "$@"
	fi
	# as in a program: of no concern to it, or of its own making
	unset -v BASH_COMPAT EBUILD_DEATH_HOOKS
	IFS=$' \t\n'
	__next_helper=${1}
	shift
	source "${__RUNTIME}/helpers/${__next_helper}"
)
