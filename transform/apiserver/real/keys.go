package real

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// keys are what the server of one run is known by, and who asks it.
type keys struct {
	trusted *x509.CertPool
	token   string
}

// writeKeys writes a serving certificate, a key for tokens of ServiceAccounts, and the token of Velero's ServiceAccount, as throw-away
// files that only this user can read.
func writeKeys(dir, veleroNamespace string) (*keys, error) {
	serving, err := writeKey(filepath.Join(dir, "api.key"))
	if err != nil {
		return nil, err
	}
	if _, err := writeKey(filepath.Join(dir, "sa.key")); err != nil {
		return nil, err
	}
	as := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "kube-apiserver"},
		NotBefore: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC), // whatever the clock says
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, IsCA: true, BasicConstraintsValid: true,
	}
	text, err := x509.CreateCertificate(rand.Reader, as, as, serving.Public(), serving)
	if err != nil {
		return nil, err
	}
	if err := writePEM(filepath.Join(dir, "api.crt"), "CERTIFICATE", text); err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(text)
	if err != nil {
		return nil, err
	}
	k := &keys{trusted: x509.NewCertPool()}
	k.trusted.AddCert(certificate)
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return nil, err
	}
	k.token = hex.EncodeToString(secret)
	user := k.token + ",system:serviceaccount:" + veleroNamespace + `:velero,velero,"system:masters"` + "\n"
	return k, os.WriteFile(filepath.Join(dir, "tokens.csv"), []byte(user), 0o600)
}

func writeKey(path string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	text, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, writePEM(path, "EC PRIVATE KEY", text)
}

func writePEM(path, kind string, bytes []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}), 0o600)
}
