//go:build !linux

package plugins

import (
	"errors"
	"net"
	"os"
)

// ownLoopback says whether a process has a loopback of its own.
func (c *cage) ownLoopback() bool { return false }

func socketPair() (give, take *os.File, err error) { return nil, nil, errors.ErrUnsupported }

func (i *inlet) takeListener() (net.Listener, error) { return nil, errors.ErrUnsupported }
