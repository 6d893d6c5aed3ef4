# try: the program prints the environment of every process
# outcome: any
# smoke: usr/bin/probe environ
EAPI=8
inherit hostile-program
