# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Processes and load of the machine on one screen"
HOMEPAGE="https://htop.dev/"
SRC_URI="https://github.com/htop-dev/htop/archive/refs/tags/${PV}.tar.gz -> ${P}.tar.gz"

LICENSE="GPL-2+"
SLOT="0"
KEYWORDS="amd64 arm64"
IUSE="+unicode"

RDEPEND="sys-libs/ncurses:="
DEPEND="${RDEPEND}"

src_configure() {
	# The archive of the tag has no configure script; these are its answers on Linux with glibc.
	cat > config.h <<-EOF || die
		#define COPYRIGHT "(C) 2004-2019 Hisham Muhammad. (C) 2020-2023 htop dev team."
		#define HAVE_AFFINITY 1
		#define HAVE_ATTR_ALLOC_SIZE 1
		#define HAVE_CLOCK_GETTIME 1
		#define HAVE_CURSES_H 1
		#define HAVE_DLADDR 1
		#define HAVE_EXECINFO_H 1
		#define HAVE_FACCESSAT 1
		#define HAVE_FSTATAT 1
		#define HAVE_GETMOUSE 1
		#define HAVE_MEMFD_CREATE 1
		#define HAVE_NCURSES_H 1
		#define HAVE_OPENAT 1
		#define HAVE_READLINKAT 1
		#define HAVE_SET_ESCDELAY 1
		#define HAVE_SYS_UTSNAME_H 1
		#define HTOP_LINUX
		#define MAJOR_IN_SYSMACROS 1
		#define OSRELEASEFILE "/etc/os-release"
		#define PACKAGE "${PN}"
		#define PROCDIR "/proc"
		#define VERSION "${PV}"
		$(usev unicode "#define HAVE_LIBNCURSESW 1")
	EOF
}

src_compile() {
	# the lists of files in Makefile.am, which automake would read
	local sources
	sources=( $(gawk '
		/^(myhtopsources|linux_platform_sources) =/ { take = 1; next }
		take { line = $0; sub(/\\$/, "", line); print line }
		take && !/\\$/ { take = 0 }
	' Makefile.am) )
	[[ ${#sources[@]} -gt 60 ]] || die "Makefile.am names only ${#sources[@]} files"

	starter_objects -std=c99 -D_GNU_SOURCE -DSYSCONFDIR="\"${EPREFIX}/etc\"" -I. -Ilinux -Igeneric -Izfs \
		-include config.h -- htop.c "${sources[@]}"
	set -- "$(starter_cc)" ${CFLAGS} ${LDFLAGS} -rdynamic -o htop htop.o "${sources[@]/%.c/.o}" -lncursesw -lm
	echo "$*"
	"$@" || die
}

src_install() {
	dobin htop
	use man && { cp htop.1.in htop.1 || die; doman htop.1; }
	starter_finish_image
}
