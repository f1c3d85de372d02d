// What soapcpp2 makes code for: WS-Discovery 1.1 of 2009, with WS-Addressing 2005/08.
#import "wsdd.h"
