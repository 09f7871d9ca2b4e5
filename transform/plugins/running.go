package plugins

// running is the process of the binary, a new one if the last one has ended. Unlike call it lets several calls be made at once.
func (b *binary) running() (*process, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.run(); err != nil {
		return nil, err
	}
	return b.process, nil
}

// own makes the host end the process of a binary that none of the paths names.
func (h *Host) own(b *binary) { h.binaries = append(h.binaries, b) }
