package wire

import (
	"fmt"
	"strings"
)

// The versions of go-plugin's protocol and of Velero's.
const (
	coreProtocol = "1"
	appProtocol  = "2"
)

// Handshake is the line that a plugin prints once it listens.
func Handshake(network, address string) string {
	return strings.Join([]string{coreProtocol, appProtocol, network, address, "grpc", ""}, "|") + "\n"
}

// ParseHandshake reads the line.
func ParseHandshake(line string) (network, address string, err error) {
	parts := strings.Split(strings.TrimSpace(line), "|")
	switch {
	case len(parts) < 4:
		return "", "", fmt.Errorf("its first line is no handshake of a plugin: %.200q", line)
	case parts[0] != coreProtocol:
		return "", "", fmt.Errorf("it speaks version %.20s of go-plugin's protocol, and Velero version %s: rebuild the plugin", parts[0], coreProtocol)
	case parts[1] != appProtocol:
		return "", "", fmt.Errorf("it speaks version %.20s of Velero's plugin protocol, and Velero version %s: rebuild the plugin", parts[1], appProtocol)
	case len(parts) < 5 || parts[4] != "grpc":
		return "", "", fmt.Errorf("it does not speak gRPC: %.200q", line)
	case len(parts) > 5 && parts[5] != "":
		return "", "", fmt.Errorf("it asks for TLS, which Velero's plugins do without")
	}
	return parts[2], parts[3], nil
}
