-- A small call centre's rows; read again at every reset. @SERVER_IP@ and the rest are filled in by the lab.
-- Named columns only, so that the seed also fits a dialer's own, wider schema (LAB_SCHEMA).

TRUNCATE system_settings; TRUNCATE servers; TRUNCATE vicidial_server_carriers; TRUNCATE vicidial_conf_templates;
TRUNCATE phones; TRUNCATE vicidial_call_menu; TRUNCATE vicidial_campaigns; TRUNCATE vicidial_lists;
TRUNCATE vicidial_list; TRUNCATE vicidial_auto_calls; TRUNCATE call_log; TRUNCATE vicidial_carrier_log;
TRUNCATE vicidial_dial_log; TRUNCATE vicidial_server_trunks; TRUNCATE vicidial_settings_containers;
TRUNCATE vicidial_admin_log; TRUNCATE vicidial_live_agents;

-- Table for rates: VICIdial ships none. Its second user may make such tables, its first may not (vicidial.md §4, §6).
DROP TABLE IF EXISTS lcr;
GRANT SELECT, INSERT, UPDATE, DELETE, LOCK TABLES ON asterisk.* TO cron@localhost;
GRANT ALTER, CREATE, SELECT, INSERT, UPDATE, DELETE, LOCK TABLES ON asterisk.* TO custom@localhost IDENTIFIED BY 'custom1234';

INSERT INTO system_settings SET version='2.14b0.5', db_schema_version=1720, svn_revision=3884, allowed_sip_stacks='SIP',
  active_modules='', reload_timestamp='2026-01-01 00:00:00', timeclock_end_of_day='0000', highest_lead_id='3',
  custom_dialplan_entry='', default_phone_code='1';

INSERT INTO servers SET server_id='DIALER1', server_description='Lab dialer', server_ip='@SERVER_IP@', active='Y',
  asterisk_version='16.28.0', max_vicidial_trunks=96, conf_secret='@CONF_SECRET@', custom_dialplan_entry='',
  rebuild_conf_files='N', local_gmt='0.00', conf_qualify='N';

INSERT INTO vicidial_conf_templates SET template_id='SIP_generic', template_name='SIP phone generic',
  template_contents='type=friend\nhost=dynamic\ncontext=default\n';

INSERT INTO phones (extension, dialplan_number, voicemail_id, server_ip, pass, active, fullname, protocol, outbound_cid,
    conf_secret) VALUES
  ('100', '100', '100', '@SERVER_IP@', '@CONF_SECRET@', 'Y', 'Agent 100', 'SIP', '', '@CONF_SECRET@'),
  ('101', '101', '101', '@SERVER_IP@', '@CONF_SECRET@', 'Y', 'Agent 101', 'SIP', '', '@CONF_SECRET@'),
  ('frontdesk', '150', '150', '@SERVER_IP@', '@CONF_SECRET@', 'Y', 'Front desk', 'SIP', '', '@CONF_SECRET@'),
  ('iaxphone', '160', '160', '@SERVER_IP@', '@CONF_SECRET@', 'Y', 'IAX phone', 'IAX2', '', '@CONF_SECRET@'),
  ('webphone', '170', '170', '@SERVER_IP@', '@CONF_SECRET@', 'Y', 'Web phone', 'PJSIP', '', '@CONF_SECRET@');

INSERT INTO vicidial_call_menu SET menu_id='defaultlog', menu_name='Default log';

INSERT INTO vicidial_campaigns SET campaign_id='SALES', campaign_name='Sales', active='Y', dial_prefix='9',
  campaign_cid='2125551239', dial_timeout=26;
INSERT INTO vicidial_campaigns SET campaign_id='SURVEY', campaign_name='Survey', active='Y', dial_prefix='8',
  campaign_cid='3125551238', manual_dial_prefix='', dial_timeout=30, omit_phone_code='Y';
INSERT INTO vicidial_lists SET list_id=101, list_name='Sales list', campaign_id='SALES', active='Y';
INSERT INTO vicidial_list (lead_id, status, list_id, phone_code, phone_number) VALUES
  (1, 'NEW', 101, '1', '2125550100'), (2, 'NEW', 101, '1', '2125550017'), (3, 'SALE', 101, '1', '2125550001');

-- What a fresh VICIdial ships: samples, all of them inactive (vicidial.md §1.9).
INSERT INTO vicidial_server_carriers (carrier_id, carrier_name, registration_string, template_id, account_entry,
    protocol, globals_string, dialplan_entry, server_ip, active) VALUES
  ('SIPExample', 'Sample SIP carrier', 'register => user:pass@sip.example.com:5060', '--NONE--',
   '[testsipcarrier]\ndisallow=all\nallow=ulaw\ntype=friend\nhost=dynamic\n', 'SIP', 'TESTSIPTRUNK = SIP/testsipcarrier',
   'exten => _91999NXXXXXX,1,AGI(agi://127.0.0.1:4577/call_log)\nexten => _91999NXXXXXX,2,Dial(${TESTSIPTRUNK}/${EXTEN:2},${CAMPDTO},To)\nexten => _91999NXXXXXX,3,Hangup\n',
   '0.0.0.0', 'N'),
  ('PJSIPExample', 'Sample PJSIP carrier', '', '--NONE--', '[testpjsip]\ntype=endpoint\n', 'PJSIP',
   'PJTRUNK = PJSIP/testpjsip', '', '0.0.0.0', 'N');
