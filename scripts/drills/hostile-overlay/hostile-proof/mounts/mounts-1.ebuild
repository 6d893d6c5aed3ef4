# try: the program mounts and makes devices
# outcome: any
# smoke: usr/bin/probe mounts
EAPI=8
inherit hostile-program
