# Shell completion.
#   make check-completion   bash and zsh offer every command and option there is
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHCOMPDIR ?= $(PREFIX)/share/zsh/site-functions
check-completion: $(B)/sallyport
	@bash tests/completion/run.sh $(B)/sallyport
install-completion:
	install -D -m 644 contrib/completion/sallyport.bash $(DESTDIR)$(BASHCOMPDIR)/sallyport
	install -D -m 644 contrib/completion/_sallyport $(DESTDIR)$(ZSHCOMPDIR)/_sallyport
uninstall-completion:
	rm -f $(DESTDIR)$(BASHCOMPDIR)/sallyport $(DESTDIR)$(ZSHCOMPDIR)/_sallyport
install: install-completion
uninstall: uninstall-completion
.PHONY: check-completion install-completion uninstall-completion
