# The manual pages: what the tables and the --help texts already say is generated into them.
#   make man         fills the generated parts in again
#   make check-man   fails when a page differs from that, or when mandoc finds fault with it
man: $(B)/sallyport
	@sh contrib/man/man.sh fill $(B)/sallyport $(MANPAGES)
check-man: $(B)/sallyport
	@sh contrib/man/man.sh check $(B)/sallyport $(MANPAGES)
.PHONY: man check-man
