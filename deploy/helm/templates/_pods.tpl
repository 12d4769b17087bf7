{{/* What the three services have in common. Names are those of deploy/kubernetes, so that one namespace takes one release. */}}

{{/* The labels of a pod, of which the first select it. */}}
{{- define "twinstream.labels" -}}
app.kubernetes.io/name: {{ . }}
app.kubernetes.io/part-of: twinstream
{{- end }}

{{/* What the ConfigMap says to all services. */}}
{{- define "twinstream.settings" -}}
TWINSTREAM_BOOTSTRAP_SERVERS: {{ .Values.kafka.bootstrapServers }}
TWINSTREAM_TOPIC_PARTITIONS: {{ .Values.topics.partitions | quote }}
TWINSTREAM_KAFKA_SECURITY_PROTOCOL: {{ .Values.kafka.securityProtocol }}
{{- if contains "SASL" .Values.kafka.securityProtocol }}
TWINSTREAM_KAFKA_SASL_MECHANISM: {{ .Values.kafka.saslMechanism }}
{{- end }}
{{- if include "twinstream.trusts" . }}
TWINSTREAM_KAFKA_SSL_TRUSTSTORE_TYPE: PEM
TWINSTREAM_KAFKA_SSL_TRUSTSTORE_LOCATION: /etc/twinstream/kafka/ca.crt
{{- end }}
{{- if gt (int .Values.verifier.shards) 1 }}
TWINSTREAM_VERIFIER_GALLERY_SHARDS: {{ .Values.verifier.shards | quote }}
{{- end }}
{{- with .Values.tracing.endpoint }}
TWINSTREAM_TRACING_OTLP_ENDPOINT: {{ . }}
TWINSTREAM_TRACING_RATIO: {{ $.Values.tracing.ratio | quote }}
{{- end }}
{{- with .Values.schemaRegistry.url }}
TWINSTREAM_SCHEMAS_REGISTRY_URL: {{ . }}
{{- end }}
{{- range $name, $value := .Values.settings }}
TWINSTREAM_{{ $name | upper | replace "." "_" }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* Not empty where the brokers' certificates are vouched for by a Secret. */}}
{{- define "twinstream.trusts" -}}
{{- if and (contains "SSL" .Values.kafka.securityProtocol) .Values.kafka.caSecret }}yes{{ end }}
{{- end }}

{{/* An image by its tag. */}}
{{- define "twinstream.image" -}}
{{- with .root.Values.image -}}
image: {{ with .registry }}{{ . }}/{{ end }}{{ .repository }}:{{ $.tag }}
{{- with .pullPolicy }}
imagePullPolicy: {{ . }}
{{- end }}
{{- end }}
{{- end }}

{{/* What pods run under. */}}
{{- define "twinstream.pod" -}}
automountServiceAccountToken: false
# Their variables begin with TWINSTREAM_ for services of that name, and would be taken for settings.
enableServiceLinks: false
terminationGracePeriodSeconds: 45
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - {name: {{ . }}}
  {{- end }}
{{- end }}
{{- end }}

{{/* The annotation by which pods start anew when the settings change. */}}
{{- define "twinstream.checksum" -}}
{{- if .Values.config.create }}
annotations:
  checksum/settings: {{ include "twinstream.settings" . | sha256sum }}
{{- end }}
{{- end }}

{{- define "twinstream.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {app.kubernetes.io/name: {{ . }}}
{{- end }}

{{- define "twinstream.settingsFrom" -}}
envFrom:
  - configMapRef: {name: twinstream}
{{- with .Values.settingsSecret }}
  - secretRef: {name: {{ . }}}
{{- end }}
{{- end }}

{{/* A token of the Secret; one that is optional may lack there. */}}
{{- define "twinstream.token" -}}
- name: {{ .variable }}
  valueFrom:
    secretKeyRef: {name: {{ .root.Values.tokens.secret }}, key: {{ .key }}{{ if .optional }}, optional: true{{ end }}}
{{- end }}

{{/* How a service comes to its brokers, and by which certificate it is reached. */}}
{{- define "twinstream.connections" -}}
{{- if contains "SASL" .root.Values.kafka.securityProtocol }}
- name: TWINSTREAM_KAFKA_SASL_JAAS_CONFIG
  valueFrom:
    secretKeyRef: {name: twinstream-{{ .service }}, key: sasl.jaas.config}
{{- end }}
{{- if .root.Values.tls.secret }}
- {name: TWINSTREAM_{{ upper .service }}_HTTP_TLS_CERTIFICATE, value: /etc/twinstream/tls/tls.crt}
- {name: TWINSTREAM_{{ upper .service }}_HTTP_TLS_KEY, value: /etc/twinstream/tls/tls.key}
{{- end }}
{{- end }}

{{- define "twinstream.probes" -}}
{{- $scheme := ternary ", scheme: HTTPS" "" (ne .Values.tls.secret "") -}}
startupProbe:
  httpGet: {path: /health/live, port: http{{ $scheme }}}
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /health/live, port: http{{ $scheme }}}
  periodSeconds: 10
  failureThreshold: 6
# Not ready is normal while a service waits for brokers, fetches packages or builds galleries.
readinessProbe:
  httpGet: {path: /health/ready, port: http{{ $scheme }}}
  periodSeconds: 5
{{- end }}

{{- define "twinstream.restricted" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{- define "twinstream.mounts" -}}
{{- if include "twinstream.trusts" . }}
- {name: kafka-ca, mountPath: /etc/twinstream/kafka, readOnly: true}
{{- end }}
{{- if .Values.tls.secret }}
- {name: tls, mountPath: /etc/twinstream/tls, readOnly: true}
{{- end }}
{{- end }}

{{- define "twinstream.volumes" -}}
{{- if include "twinstream.trusts" . }}
- name: kafka-ca
  secret:
    secretName: {{ .Values.kafka.caSecret }}
    items:
      - {key: ca.crt, path: ca.crt}
{{- end }}
{{- with .Values.tls.secret }}
- name: tls
  secret:
    secretName: {{ . }}
{{- end }}
{{- end }}

{{/* What a volume of a service is claimed with. */}}
{{- define "twinstream.claim" -}}
accessModes: [ReadWriteOnce]
{{- with .storageClass }}
storageClassName: {{ . }}
{{- end }}
resources:
  requests: {storage: {{ .storage }}}
{{- end }}

{{/* What Helm leaves where it is when a release goes: records would go with it. */}}
{{- define "twinstream.keep" -}}
{{- if .Values.config.create }}
annotations:
  helm.sh/resource-policy: keep
{{- end }}
{{- end }}
