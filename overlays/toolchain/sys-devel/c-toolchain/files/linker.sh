#!/bin/sh
# Linker that sees only the prefix and the work folder. Drops the library folders of the build machine that the compiler
# adds by itself, refuses its libraries when they are named, and gives what is linked the loader and the
# library path of the prefix (DT_RPATH: it holds for libraries of libraries too, and comes before LD_LIBRARY_PATH).

# inside PATH: of the prefix or the work folder. A path with `..` is what the file system makes of it, found by going there:
# a process for each of the dozen that a compiler names would take longer than linking a small program.
here=${PWD}
inside() {
	case $1 in
		*/../* | */..)
			[ -d "$1" ] || set -- "${1%/*}"
			# what is not there brings nothing
			CDPATH= cd -P -- "$1" 2> /dev/null || return 0
			set -- "${PWD}/"
			cd -- "${here}" || exit
			;;
	esac
	case $1 in
		@EPREFIX@ | @EPREFIX@/* | /var/tmp/portage/* | /tmp/* | [!/]*) return 0 ;;
	esac
	return 1
}

relocatable= static=1 previous=
for argument; do
	shift
	case ${previous} in
		-dynamic-linker | --dynamic-linker | -I)
			argument=@LOADER@
			static=
			;;
		-plugin | -plugin-opt | -o | -soname | -h | -rpath | -rpath-link | -T | -Map) ;;
		-L)
			# written in two words
			if inside "${argument}"; then set -- "$@" -L "${argument}"; fi
			previous=
			continue
			;;
		*)
			case ${argument} in
				-L)
					previous=-L
					continue
					;;
				-L=*) ;;
				-L/*)
					inside "${argument#-L}" || continue
					;;
				--dynamic-linker=* | -dynamic-linker=*)
					argument=--dynamic-linker=@LOADER@
					static=
					;;
				-shared | -Bshareable | -pie | -Bdynamic) static= ;;
				-r | --relocatable | -Ur) relocatable=1 ;;
				/*.so | /*.so.* | /*.a)
					if ! inside "${argument}"; then
						echo "${0##*/}: ${argument} belongs to the build machine, not to the prefix @EPREFIX@" >&2
						exit 1
					fi
					;;
			esac
			;;
	esac
	previous=${argument}
	set -- "$@" "${argument}"
done

set -- "$@" -L@EPREFIX@/usr/lib64 -L@EPREFIX@/lib64 -L@TOOLCHAIN@/lib
if [ -z "${relocatable}${static}" ]; then
	set -- "$@" --disable-new-dtags -rpath @EPREFIX@/usr/lib64:@EPREFIX@/lib64 \
		-rpath-link @EPREFIX@/usr/lib64:@EPREFIX@/lib64
fi
exec @PROGRAM@ "$@"
