"""A stand-in for Syncaroo: plays the hub's side of PROTOCOL §§1–4 strictly, for the demo and for tests.

It is a separate Flask app with everything in memory. It imports nothing of the product, and nothing of the product
imports it. `python -m widget_server.sandbox` runs it, on loopback and with SANDBOX=1 only.

The hub's items have ids of their own; the site's IDs are those in `demo_listings.json`, and are found by name when
an integration is added:

    hub id     site's ID  what                           type            rates
    loc-301    1198       Demo Workspace - London        active
    res-401    7843       Demo Meeting Room - London     meeting-room    rate-5001 … 5004 (5001 hourly: 45 GBP)
    res-402    7842       Demo Private Office - London   office          rate-5011, 5012 (5012 on application)
    res-403    7844       Demo Board Room - London       meeting-room    rate-5021, 5022 (5022 names no currency)
    res-404    7845       Demo Hot Desk - London         hot-desk        rate-5031 … 5034 (5033 free)
    res-405    7846       Demo Dedicated Desk - London   dedicated-desk  rate-5041, 5042
    res-406    7847       Demo Event Floor - London      floor           rate-5051 … 5053 (5053 in JPY)
    res-407    (none)     Demo Podcast Studio - London   meeting-room    rate-5061: announced with action `new`
    loc-302    7120       Demo Workspace - NYC, USA      draft
    res-411    7211       Demo Meeting Room - NYC, USA   meeting-room    rate-5101 (77.77 USD)
    res-412    7212       Demo Hot Desk - NYC, USA       hot-desk        rate-5102 (45.45 USD)
    loc-303    8102       Demo Workspace - Berlin        private
    res-421    8111       Demo Private Office - Berlin   office          rate-5201 (811.11 EUR)
    res-422    8112       Demo Meeting Room - Berlin     meeting-room    rate-5202 (33.33 EUR net, 39.66 gross)
    (none)     9587       Deleted Workspace              deleted

rate-5003 and rate-5202 are {net, gross}: a changed price is the net one, and gross follows by the tax rate.
Extras: extra-6001 and extra-6002 of rate-5001. What is added later gets res-9001, rate-9002 and so on.
"""

from widget_server.sandbox.app import create_sandbox
from widget_server.sandbox.config import SandboxConfig

__all__ = ["SandboxConfig", "create_sandbox"]
