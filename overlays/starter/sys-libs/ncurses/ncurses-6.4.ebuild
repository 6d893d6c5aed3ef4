# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Library for text screens on any terminal, and its terminal descriptions"
HOMEPAGE="https://invisible-island.net/ncurses/"
SRC_URI="https://invisible-mirror.net/archives/ncurses/${P}.tar.gz"

LICENSE="MIT"
# the sub-slot is the soname
SLOT="0/6"
KEYWORDS="amd64 arm64"
IUSE="+minimal"

# `tic` and `infocmp` compile the descriptions of the terminals that are built into the library
BDEPEND="sys-libs/ncurses"

# Terminals that work without any file
FALLBACKS="linux,xterm,xterm-256color,screen,screen-256color,tmux,tmux-256color,vt100,vt220,dumb"
# Descriptions that are kept with USE=minimal
KEPT=(
	alacritty ansi cons25 dumb foot gnome gnome-256color kitty konsole konsole-256color linux putty putty-256color
	rxvt rxvt-256color rxvt-unicode rxvt-unicode-256color screen screen-256color st st-256color tmux tmux-256color
	vt100 vt102 vt220 vte vte-256color xterm xterm-16color xterm-256color xterm-color xterm-kitty
)

src_configure() {
	local libdir=${EPREFIX}/usr/$(get_libdir) myconf
	myconf=(
		--with-shared
		--without-normal
		--without-debug
		--without-ada
		--without-cxx
		--without-cxx-binding
		--without-manpages
		--without-tests
		--without-gpm
		--disable-stripping
		--disable-rpath-hack
		--enable-widec
		--enable-overwrite
		--enable-ext-colors
		--enable-pc-files
		--with-pkg-config-libdir="${libdir}/pkgconfig"
		--with-default-terminfo-dir="${EPREFIX}/usr/share/terminfo"
		--with-terminfo-dirs="${EPREFIX}/etc/terminfo:${EPREFIX}/usr/share/terminfo"
		--with-fallbacks="${FALLBACKS}"
		--with-build-cc="$(starter_build_cc)"
		--with-tic-path="$(type -P tic)"
		--with-infocmp-path="$(type -P infocmp)"
		$(usev minimal --disable-db-install)
	)
	econf "${myconf[@]}"
}

src_install() {
	emake DESTDIR="${D}" install

	# the wide libraries answer to all usual names when a program is linked
	local name
	for name in ncurses panel form menu; do
		dosym "lib${name}w.so" "/usr/$(get_libdir)/lib${name}.so"
	done
	for name in curses termcap tinfo; do
		dosym libncursesw.so "/usr/$(get_libdir)/lib${name}.so"
	done

	# a shell script with the compiler's flags: pkg-config tells the same
	rm -f "${ED}"/usr/bin/ncursesw6-config "${ED}/usr/$(get_libdir)/terminfo" "${ED}/usr/lib/terminfo" || die

	if use minimal; then
		local names
		printf -v names '%s,' "${KEPT[@]}"
		dodir /usr/share/terminfo
		tic -x -s -e "${names%,}" -o "${ED}/usr/share/terminfo" misc/terminfo.src || die "tic failed"
		[[ -e ${ED}/usr/share/terminfo/x/xterm-256color ]] || die "tic wrote no xterm-256color"
	fi
	starter_finish_image
}
