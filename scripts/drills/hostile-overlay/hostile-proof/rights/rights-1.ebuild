# try: the program looks for rights: user 0 of the host, capabilities, chroot
# outcome: any
# smoke: usr/bin/probe rights
EAPI=8
inherit hostile-program
