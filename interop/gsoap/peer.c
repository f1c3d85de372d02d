/*
 * gSOAP as a peer: a device, and a client, of WS-Discovery 1.1, told what to do line by line as interop/README.md says.
 * Its only argument is the IPv4 address of the network interface.
 */
#include "soapH.h"
#include "wsdd.nsmap"
#include "wsddapi.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GROUP "239.255.255.250"
#define GROUP_URL "soap.udp://239.255.255.250:3702"
#define MAX_WORDS 8
#define MAX_WORD 512

/* The one device; its endpoint reference is empty while there is none. */
static char endpoint[MAX_WORD];
static char types[MAX_WORD * 2 + 4];
static char type_name[MAX_WORD];
static char scope[MAX_WORD];
static char address[MAX_WORD];

static struct in_addr interface;

static void event(const char *name, const char *first, const char *second) {
    printf("event %s %s%s%s\n", name, first, second && *second ? " " : "", second ? second : "");
    fflush(stdout);
}

static struct soap *new_sender(void) {
    struct soap *soap = soap_new1(SOAP_IO_UDP);
    soap->connect_flags = SO_BROADCAST;
    soap->ipv4_multicast_if = (char *)&interface;
    soap->ipv4_multicast_ttl = 1;
    soap->send_timeout = 5;
    soap->recv_timeout = 5;
    return soap;
}

static void free_sender(struct soap *soap) {
    soap_destroy(soap);
    soap_end(soap);
    soap_free(soap);
}

/* Where an answer goes: to the source of the datagram. */
static void source(struct soap *soap, char *url, size_t size) {
    char host[256], port[16];
    if (getnameinfo((struct sockaddr *)&soap->peer, soap->peerlen, host, sizeof host, port, sizeof port,
                    NI_DGRAM | NI_NUMERICHOST | NI_NUMERICSERV)) {
        snprintf(host, sizeof host, "127.0.0.1");
        snprintf(port, sizeof port, "9");
    }
    snprintf(url, size, "soap.udp://%s:%s", host, port);
}

void wsdd_event_Hello(struct soap *soap, unsigned int instance, const char *sequence, unsigned int number, const char *id,
                      const char *relates_to, const char *epr, const char *its_types, const char *scopes,
                      const char *match_by, const char *xaddrs, unsigned int version) {
    event("hello", epr, xaddrs);
}

void wsdd_event_Bye(struct soap *soap, unsigned int instance, const char *sequence, unsigned int number, const char *id,
                    const char *relates_to, const char *epr, const char *its_types, const char *scopes,
                    const char *match_by, const char *xaddrs, unsigned int *version) {
    event("bye", epr, NULL);
}

soap_wsdd_mode wsdd_event_Probe(struct soap *soap, const char *id, const char *reply_to, const char *wanted_types,
                                const char *wanted_scopes, const char *match_by, struct wsdd__ProbeMatchesType *unused) {
    if (*endpoint && wanted_types && strstr(wanted_types, type_name) && wanted_scopes && strstr(wanted_scopes, scope)) {
        struct wsdd__ProbeMatchesType matches;
        char url[300];
        struct soap *sender = new_sender();
        source(soap, url, sizeof url);
        soap_wsdd_init_ProbeMatches(sender, &matches);
        soap_wsdd_add_ProbeMatch(sender, &matches, endpoint, types, scope, NULL, address, 1);
        if (soap_wsdd_ProbeMatches(sender, url, soap_wsa_rand_uuid(sender), id, NULL, &matches)) {
            soap_print_fault(sender, stderr);
        }
        free_sender(sender);
    }
    return SOAP_WSDD_ADHOC;
}

void wsdd_event_ProbeMatches(struct soap *soap, unsigned int instance, const char *sequence, unsigned int number,
                             const char *id, const char *relates_to, struct wsdd__ProbeMatchesType *matches) {
    /* They are waited for where the Probe was sent. */
}

soap_wsdd_mode wsdd_event_Resolve(struct soap *soap, const char *id, const char *reply_to, const char *epr,
                                  struct wsdd__ResolveMatchType *unused) {
    if (*endpoint && epr && !strcmp(epr, endpoint)) {
        char url[300];
        struct soap *sender = new_sender();
        source(soap, url, sizeof url);
        if (soap_wsdd_ResolveMatches(sender, url, soap_wsa_rand_uuid(sender), id, NULL, endpoint, types, scope, NULL,
                                     address, 1)) {
            soap_print_fault(sender, stderr);
        }
        free_sender(sender);
    }
    return SOAP_WSDD_ADHOC;
}

void wsdd_event_ResolveMatches(struct soap *soap, unsigned int instance, const char *sequence, unsigned int number,
                               const char *id, const char *relates_to, struct wsdd__ResolveMatchType *match) {
}

/* Words: namespace and name of a type, a scope. */
static void probe(char words[][MAX_WORD]) {
    struct soap *soap = new_sender();
    char wanted[MAX_WORD * 2 + 4];
    struct __wsdd__ProbeMatches answer;
    snprintf(wanted, sizeof wanted, "\"%s\":%s", words[1], words[2]);
    if (soap_wsdd_Probe(soap, SOAP_WSDD_ADHOC, SOAP_WSDD_TO_TS, GROUP_URL, soap_wsa_rand_uuid(soap), NULL, wanted,
                        words[3], NULL)
        || soap_recv___wsdd__ProbeMatches(soap, &answer)) {
        soap_print_fault(soap, stderr);
        printf("failed no+ProbeMatches\n");
    } else {
        printf("ok");
        for (int i = 0; i < answer.wsdd__ProbeMatches->__sizeProbeMatch; i++) {
            struct wsdd__ProbeMatchType *match = &answer.wsdd__ProbeMatches->ProbeMatch[i];
            printf(" %s %s", match->wsa5__EndpointReference.Address, match->XAddrs ? match->XAddrs : "");
        }
        printf("\n");
    }
    free_sender(soap);
}

/* Words: an endpoint reference. */
static void resolve(char words[][MAX_WORD]) {
    struct soap *soap = new_sender();
    struct __wsdd__ResolveMatches answer;
    if (soap_wsdd_Resolve(soap, SOAP_WSDD_ADHOC, SOAP_WSDD_TO_TS, GROUP_URL, soap_wsa_rand_uuid(soap), NULL, words[1])
        || soap_recv___wsdd__ResolveMatches(soap, &answer) || !answer.wsdd__ResolveMatches->ResolveMatch) {
        soap_print_fault(soap, stderr);
        printf("failed no+ResolveMatches\n");
    } else {
        struct wsdd__ResolveMatchType *match = answer.wsdd__ResolveMatches->ResolveMatch;
        printf("ok %s %s\n", match->wsa5__EndpointReference.Address, match->XAddrs ? match->XAddrs : "");
    }
    free_sender(soap);
}

/* Words: endpoint reference, namespace and name of a type, a scope, a transport address. */
static void start_device(char words[][MAX_WORD]) {
    struct soap *soap = new_sender();
    strcpy(endpoint, words[1]);
    snprintf(types, sizeof types, "\"%s\":%s", words[2], words[3]);
    strcpy(type_name, words[3]);
    strcpy(scope, words[4]);
    strcpy(address, words[5]);
    printf(soap_wsdd_Hello(soap, SOAP_WSDD_ADHOC, GROUP_URL, soap_wsa_rand_uuid(soap), NULL, endpoint, types, scope, NULL,
                           address, 1)
               ? "failed Hello\n"
               : "ok\n");
    free_sender(soap);
}

static void stop_device(void) {
    struct soap *soap = new_sender();
    printf(soap_wsdd_Bye(soap, SOAP_WSDD_ADHOC, GROUP_URL, soap_wsa_rand_uuid(soap), endpoint, types, scope, NULL, address,
                         1)
               ? "failed Bye\n"
               : "ok\n");
    *endpoint = 0;
    free_sender(soap);
}

/* One word up to a space, with its percent signs undone. Gives what is behind it. */
static const char *word(const char *from, char *to) {
    size_t length = 0;
    while (*from && *from != ' ' && *from != '\n' && length < MAX_WORD - 1) {
        unsigned int octet;
        if (*from == '%' && sscanf(from + 1, "%2x", &octet) == 1) {
            to[length++] = (char)octet;
            from += 3;
        } else {
            to[length++] = *from == '+' ? ' ' : *from;
            from++;
        }
    }
    to[length] = 0;
    while (*from == ' ') {
        from++;
    }
    return from;
}

static void command(const char *line) {
    static char words[MAX_WORDS][MAX_WORD];
    memset(words, 0, sizeof words);
    for (int i = 0; i < MAX_WORDS && *line && *line != '\n'; i++) {
        line = word(line, words[i]);
    }
    if (!strcmp(words[0], "probe")) {
        probe(words);
    } else if (!strcmp(words[0], "resolve")) {
        resolve(words);
    } else if (!strcmp(words[0], "start-device")) {
        start_device(words);
    } else if (!strcmp(words[0], "stop-device")) {
        stop_device();
    } else {
        printf("failed no+such+command\n");
    }
    fflush(stdout);
}

int main(int count, char **arguments) {
    struct soap *listener = soap_new1(SOAP_IO_UDP);
    struct ip_mreq group;
    char line[4096];

    if (count != 2 || inet_pton(AF_INET, arguments[1], &interface) != 1) {
        fprintf(stderr, "usage: peer IPV4-ADDRESS\n");
        return 2;
    }
    listener->bind_flags = SO_REUSEADDR;
    if (!soap_valid_socket(soap_bind(listener, NULL, 3702, 100))) {
        soap_print_fault(listener, stderr);
        return 1;
    }
    group.imr_multiaddr.s_addr = inet_addr(GROUP);
    group.imr_interface = interface;
    if (setsockopt(listener->master, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group)) {
        perror("join");
        return 1;
    }
    event("ready", "", NULL);
    /* By turns: a command, if there is one, and what came from the network. */
    for (;;) {
        struct pollfd input = {STDIN_FILENO, POLLIN, 0};
        if (poll(&input, 1, 0) > 0) {
            if (!fgets(line, sizeof line, stdin)) {
                break;
            }
            command(line);
        }
        soap_wsdd_listen(listener, -50000);
    }
    free_sender(listener);
    return 0;
}
